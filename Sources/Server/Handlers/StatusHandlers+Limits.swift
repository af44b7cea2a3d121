import Imaging

extension StatusHandlers.Limits {
    init(_ settings: Settings) {
        self.init(
            formats: settings.limits.formats.map(\.mediaType),
            maxBytes: settings.limits.maxBytes,
            maxPixels: settings.limits.maxPixels,
            sides: settings.output.sides,
            outputFormats: settings.output.formats.map(\.mediaType)
        )
    }
}
