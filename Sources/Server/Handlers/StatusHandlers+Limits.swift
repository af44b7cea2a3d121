import Imaging
import ProfileImages

extension StatusHandlers.Limits {
    init(_ settings: Settings) {
        self.init(
            formats: settings.limits.formats.map(\.mediaType),
            maxBytes: settings.limits.maxBytes,
            maxPixels: settings.limits.maxPixels,
            maxWidth: settings.limits.maxWidth,
            maxHeight: settings.limits.maxHeight,
            maxAspect: settings.limits.maxAspect,
            maxFrames: settings.limits.maxFrames,
            sides: settings.output.sides,
            outputFormats: settings.output.formats.map(\.mediaType),
            maxDocumentBytes: settings.media.maxDocumentBytes,
            maxUserMedia: settings.media.quota.items,
            maxUserBytes: settings.media.quota.bytes
        )
    }
}
