import HTTPTypes

/// An exception of the application, which clients throw if they know its class.
struct SerializableException: Encodable {
    struct Content: Encodable {
        enum CodingKeys: String, CodingKey {
            case className = "__className__"
            case message
        }

        let className: String
        let message: String
    }

    let className: String
    let data: Content

    init(_ className: String, message: String) {
        self.className = className
        data = Content(className: className, message: message)
    }
}
