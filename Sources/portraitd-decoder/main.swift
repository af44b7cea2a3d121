// The program in which pictures are decoded. The service starts it, and talks to it; it is of no use by itself.
import Box
import CDecoder
import Glibc
import Imaging

portraitd_tune_allocator()
let pipeline = ImagePipeline()
guard Rehearsal(pipeline).succeeds,
    var template = DecoderTemplate(decoder: pipeline, whenLocked: portraitd_end_without_memory)
else { exit(1) }
template.run()
