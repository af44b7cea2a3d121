import Imaging

extension ImageOutput {
    /// The best of the formats for a client that sends this `Accept`, as nginx's map decides it too: AVIF or WebP for who
    /// names it, else what everybody reads.
    func format(accept: String?) -> ImageFormat {
        let named = Set(ParameterizedValue.list(accept ?? "").filter { $0.quality > 0 }.map(\.value))
        return [.avif, .webp].first { formats.contains($0) && named.contains($0.mediaType) }
            ?? [.jpeg, .png].first(where: formats.contains) ?? defaultFormat
    }
}
