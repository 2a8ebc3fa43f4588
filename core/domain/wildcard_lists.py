"""Wildcards that are there from the start: short lists that show what one is, and vary a picture at once."""

from collections.abc import Mapping

WILDCARDS: Mapping[str, tuple[str, ...]] = {
    "season": ("spring", "summer", "autumn", "winter"),
    "time_of_day": ("dawn", "morning", "noon", "golden hour", "dusk", "night"),
    "weather": ("clear sky", "drifting clouds", "fog", "rain", "snow", "thunderstorm"),
    "light": ("soft window light", "hard sunlight", "overcast", "backlight", "candlelight", "neon"),
    "colour": ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey"),
    "palette": ("warm earth tones", "cool blues", "pastels", "bold primary colours", "black and white"),
    "view": ("close-up", "portrait", "full length", "wide shot", "bird's-eye view", "worm's-eye view"),
    "medium": ("photograph", "oil painting", "watercolour", "ink drawing", "3D render", "flat vector illustration"),
    "mood": ("calm", "joyful", "mysterious", "melancholic", "dramatic", "playful"),
    "place": ("forest", "beach", "mountains", "desert", "old town", "city street", "kitchen", "studio backdrop"),
}
