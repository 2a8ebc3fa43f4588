"""``gesso estimate``: the price of a request from the model data; nothing is sent or written."""

from app.cli import options
from app.cli.asking import read_prompt
from app.cli.door import new_app
from app.cli.output import print_json, print_line
from app.cli.quote import estimate_json, price_lines, quote
from core.settings import Settings

app = new_app()


@app.command()
def estimate(
    prompt: options.Prompt,
    model: options.Model = None,
    n: options.Count = 1,
    size: options.Size = None,
    quality: options.Quality = None,
    background: options.Background = None,
    output_format: options.OutputFormat = None,
    partial_images: options.PartialImages = 0,
    frame_count: options.FrameCount = None,
    json: options.Json = False,
) -> int:
    """Say what a request would cost; nothing is sent, no key is needed."""
    quoted = quote(
        Settings.load(),
        model,
        {
            "prompt": read_prompt(prompt),
            "n": n,
            "size": size,
            "quality": quality,
            "background": background,
            "output_format": output_format,
            "stream": partial_images > 0,
            "partial_images": partial_images,
            "frame_count": frame_count,
        },
    )
    if json:
        print_json({"estimate": estimate_json(quoted.price), "request": quoted.request.to_json()})
        return 0
    request = quoted.request
    images = "1 image" if request.n == 1 else f"{request.n} images"
    print_line(f"{images}, {request.model}, {request.size}, quality {request.quality or 'of the provider'}")
    for line in price_lines(quoted.price):
        print_line(line)
    return 0
