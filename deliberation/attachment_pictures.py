"""Pictures are decoded and written anew: what stays is what one sees, without the place, the camera and the hour of a photo."""

import io
import struct

from deliberation.errors.attachments import PictureTooLarge, PictureUnreadable

LONGEST_SIDE = 4000
MOST_MILLIONS = 60
"""Dots of a picture that is decoded at all; a bomb says in its first bytes that it has more."""
QUALITY = 88
KEPT = ("transparency", "icc_profile")


def rewritten(content: bytes, written_as: str) -> bytes:
    """The picture upright and at most `LONGEST_SIDE` long. Raises PictureUnreadable, PictureTooLarge."""
    from PIL import Image, ImageOps  # loading it takes longer than a vote, and few requests need it

    try:
        with Image.open(io.BytesIO(content), formats=(written_as,)) as opened:
            if opened.width * opened.height > MOST_MILLIONS * 1_000_000:
                raise PictureTooLarge(millions=MOST_MILLIONS)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            if written_as == "JPEG" and picture.mode not in {"RGB", "L"}:
                picture.info.pop("icc_profile", None)  # it describes the inks that the picture had before
                picture = picture.convert("RGB")
            picture.info = {key: value for key, value in picture.info.items() if key in KEPT}
            written = io.BytesIO()
            picture.save(written, written_as, quality=QUALITY)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise PictureUnreadable() from error
    return written.getvalue()
