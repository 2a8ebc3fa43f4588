"""What an S3 server answers when it refuses, as sentences; never a key, a secret or a raw answer."""

import re

from core.errors import StorageError

CODE = re.compile(r"<Code>([A-Za-z0-9._-]{1,80})</Code>")
STATUS = re.compile(r"status code: (\d{3})")
MISSING_BUCKET = "NoSuchBucket"

WRONG_KEY = "it does not know S3_ACCESS_KEY. Correct the key"
WRONG_SECRET = "S3_SECRET_KEY does not belong to S3_ACCESS_KEY. Correct the secret"
WRONG_REGION = "the bucket is in another region. Correct S3_REGION, and S3_ENDPOINT if it names a region"
MAY_NOT = "it refuses this key. Check S3_ACCESS_KEY and S3_SECRET_KEY, and that they may list, read, write and delete"
FULL = "it is full. Make room there and try again"
REASONS = {
    "InvalidAccessKeyId": WRONG_KEY,
    "SignatureDoesNotMatch": WRONG_SECRET,
    "AccessDenied": MAY_NOT,
    MISSING_BUCKET: "there is no such bucket. Create it, or correct S3_BUCKET_NAME",
    "InvalidBucketName": "no bucket can have this name. Correct S3_BUCKET_NAME",
    "AuthorizationHeaderMalformed": WRONG_REGION,
    "PermanentRedirect": WRONG_REGION,
    "IllegalLocationConstraintException": WRONG_REGION,
    "RequestTimeTooSkewed": "this machine's clock is wrong. Set it",
    "QuotaExceeded": FULL,
    "InsufficientStorage": FULL,
    "XMinioStorageFull": FULL,
    "XMinioAdminBucketQuotaExceeded": FULL,
    "SlowDown": "it is overloaded. Try again later",
}
BY_STATUS = {
    "301": WRONG_REGION,
    "401": MAY_NOT,
    "403": MAY_NOT,
    "404": "it does not answer as S3 does at this address. Check S3_ENDPOINT and S3_BUCKET_NAME",
    "413": "a proxy before it takes no objects of this size. Raise its limit",
    "503": "it is overloaded. Try again later",
    "507": FULL,
}


def bucket_error(bucket: str, endpoint: str, error: Exception) -> StorageError:
    """The error for people; ``endpoint`` without user and password."""
    text = str(error)
    code, status = CODE.search(text), STATUS.search(text)
    if code is not None and code[1] in REASONS:
        reason = REASONS[code[1]]
    elif status is not None:
        answered = f"it answered {status[1]}{f' {code[1]}' if code else ''}. Try again, or look at its log"
        reason = BY_STATUS.get(status[1], answered)
    else:
        reason = "it cannot be reached or does not answer. Check S3_ENDPOINT and the network, and try again"
    return StorageError(f"The bucket {bucket} at {endpoint} cannot be used: {reason}.")


def is_missing_bucket(error: Exception) -> bool:
    """Whether "not found" speaks of the bucket and not of the object."""
    return f"<Code>{MISSING_BUCKET}</Code>" in str(error)
