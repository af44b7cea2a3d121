import Avatars
import HTTPTypes
import Imaging
import ProfileImages

/// The resource `/avatars/{letters}.png`: what is shown of users without a picture.
struct Auth0AvatarHandlers: Sendable {
    private static let ending = ".png"
    private static let maxLetters = 2

    let defaults: DefaultImageService
    /// What is drawn at the same time for requests without a credential.
    let drawing: MemoryBudget
    /// How many seconds an answer may be old, in all caches together.
    let maxAge: Int

    func get(_ request: Request) throws -> Response {
        let file = request.parameters["file"] ?? ""
        let letters = file.dropLast(Self.ending.count)
        guard file.hasSuffix(Self.ending), (1...Self.maxLetters).contains(letters.count) else { throw Problem.noImage }
        try request.willTakeLong()
        let side = defaults.image.side
        let picture = try drawing.holding(GDImage.memory(side: side, encodingAs: .png)) {
            try defaults.picture(
                .initials,
                initials: Initials(text: String(letters)),
                seed: letters.lowercased(),
                side: side,
                format: .png
            )
        }
        // nginx keeps an answer for a fifth of the time, and a client for the rest.
        return Response(
            .ok,
            headerFields: [
                .contentType: picture.format.mediaType, .cacheControl: "public, max-age=\(maxAge - maxAge / 5)",
                .xAccelExpires: String(maxAge / 5),
            ],
            body: picture.bytes
        )
    }
}
