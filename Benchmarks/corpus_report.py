"""The report on the files of a corpus, in words and figures."""

import re
from statistics import median

LEAST_MEDIAN = 34
OUTLIER = 25
SLOWEST = 5
EXAMPLES = 3
NUMBER = re.compile(r"\b(?:0x[0-9a-f]+|[0-9]+)\b")


class Report:
    def __init__(self, folder):
        self.folder = folder
        self.uploads = []
        self.likeness = {}

    def add(self, upload, likeness):
        # Drops the picture's bytes: a corpus may have thousands of pictures.
        upload.picture = upload.picture[:1]
        self.uploads.append(upload)
        if likeness is not None:
            self.likeness[self.name(upload)] = likeness

    @property
    def is_good(self):
        return not self.failed and (not self.likeness or self.median >= LEAST_MEDIAN)

    @property
    def failed(self):
        return [each for each in self.uploads if not each.is_accepted and not each.is_refused]

    @property
    def median(self):
        return median(self.likeness.values())

    def text(self):
        return "\n".join(
            [f"{len(self.uploads)} files in {self.folder}", *self.outcomes(), *self.extremes(), *self.likenesses()]
        )

    def outcomes(self):
        refused = [each for each in self.uploads if each.is_refused]
        accepted = len(self.uploads) - len(refused) - len(self.failed)
        lines = [f"accepted: {accepted}", f"refused: {len(refused)}", *self.groups(refused)]
        lines.append(f"5xx, crashed or without an answer: {len(self.failed)}")
        return lines + [f"    {self.name(each)}: {each.status or 'no answer'} {each.reason}" for each in self.failed]

    def groups(self, refused):
        """Groups the refusals by their text, with numbers ignored; the frequent ones first."""
        groups = {}
        for upload in refused:
            reason = f"{upload.status} {NUMBER.sub('#', upload.reason)}"
            groups.setdefault(reason, []).append(self.name(upload))
        for reason, names in sorted(groups.items(), key=lambda group: -len(group[1])):
            more = f" and {len(names) - EXAMPLES} more" if len(names) > EXAMPLES else ""
            yield f"{len(names):6} {reason}"
            yield f"           {', '.join(names[:EXAMPLES])}{more}"

    def extremes(self):
        if not self.uploads:
            return
        yield "slowest, in milliseconds:"
        for upload in sorted(self.uploads, key=lambda upload: -upload.seconds)[:SLOWEST]:
            yield f"{upload.seconds * 1000:10.0f} {self.name(upload)}"
        largest = max(self.uploads, key=lambda upload: upload.memory)
        yield f"peak memory (VmHWM): {largest.memory / 2**20:.1f} MiB, with {self.name(largest)}"

    def likenesses(self):
        if not self.likeness:
            return
        values = self.likeness.values()
        low = sum(value < LEAST_MEDIAN for value in values)
        outliers = sorted((value, name) for name, value in self.likeness.items() if value < OUTLIER)
        yield f"likeness to libvips' thumbnail, of {len(values)} that are not enlarged: median {self.median:.1f} dB (at least {LEAST_MEDIAN})"
        yield f"    below {LEAST_MEDIAN} dB: {low}; below {OUTLIER} dB: {len(outliers)}"
        for value, name in outliers:
            yield f"{value:10.1f} {name}"

    def name(self, upload):
        return str(upload.path.relative_to(self.folder))
