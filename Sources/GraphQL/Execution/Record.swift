/// An object whose fields are known already.
package struct Record: ObjectSource {
    package let typeName: String
    private let fields: [String: Output]

    package init(_ typeName: String, _ fields: [String: Output]) {
        self.typeName = typeName
        self.fields = fields
    }

    package func value(of field: String, _ arguments: [String: Value]) -> Output {
        fields[field] ?? .null
    }
}
