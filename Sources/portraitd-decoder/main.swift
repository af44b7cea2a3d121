// The program that decodes pictures. The service starts it and sends it jobs over a socket; it has no other use.
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
