import Imaging

/// How large a picture is asked to be: `?width`, `?height`, `?fit` and `?quality`. What is not understood is as if it were
/// not there; no picture is enlarged.
struct ClerkPictureSize: Equatable {
    let width: Int
    let height: Int
    /// Nil is the usual one.
    let quality: Int?

    var isSquare: Bool { width == height }

    /// - Parameter side: that of the picture, which is a square.
    init(_ request: Request, side: Int) {
        let box = (Self.number("width", of: request, side), Self.number("height", of: request, side))
        quality = request.query("quality").flatMap { Int($0) }
            .flatMap { ImageEncoding.qualityRange.contains($0) ? $0 : nil }
        switch (request.query("fit"), box) {
        case ("crop", (let width?, let height?)): (self.width, self.height) = (width, height)
        case (_, (let width, let height)):
            let side = min(width ?? side, height ?? side, side)
            (self.width, self.height) = (side, side)
        }
    }

    private static func number(_ name: String, of request: Request, _ limit: Int) -> Int? {
        request.query(name).flatMap { Int($0) }.flatMap { $0 >= 1 ? min($0, limit) : nil }
    }
}
