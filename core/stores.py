"""Settings -> where pictures and other objects lie: on this disk, or in a bucket that speaks S3."""

from core.services.object_ports import Objects
from core.settings import Settings
from core.storage.files import LocalFiles
from core.storage.local_objects import LocalObjects

USUAL_REGION = "us-east-1"
"""What a server that has no regions is told."""


def objects_of(settings: Settings) -> Objects:
    """The bucket if one is set up, else files in OUTPUT_DIR. Asks nobody anything yet."""
    if settings.s3_bucket_name is None:
        return LocalObjects(settings.output_dir)
    from core.storage.bucket import Bucket, BucketAccess  # loads obstore: only who has a bucket waits for it

    return Bucket(
        BucketAccess(
            bucket=settings.s3_bucket_name,
            access_key=settings.s3_access_key or "",
            secret_key=settings.s3_secret_key or "",
            region=settings.s3_region or USUAL_REGION,
            endpoint=settings.s3_endpoint,
            public_base_url=settings.s3_public_base_url,
            link_seconds=settings.s3_link_seconds,
        )
    )


def files_of(settings: Settings, objects: Objects) -> LocalFiles:
    """All that the workbench keeps; with a bucket its pictures are among ``objects``."""
    if settings.s3_bucket_name is None:
        return LocalFiles(settings.output_dir)
    from core.storage.remote_files import RemoteFiles

    return RemoteFiles(settings.output_dir, objects)
