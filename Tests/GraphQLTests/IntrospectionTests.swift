import GraphQL
import Testing

@Suite struct IntrospectionTests {
    @Test(arguments: [
        (
            "{ __schema { queryType { name } mutationType { name } subscriptionType { name } } }",
            #"{"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},"subscriptionType":null}"#
        ),
        (
            "{ __schema { directives { name locations isRepeatable args { name type { kind ofType { name } } } } } }",
            #"{"directives":[{"name":"include","locations":["FIELD","FRAGMENT_SPREAD","INLINE_FRAGMENT"],"#
                + #""isRepeatable":false,"args":[{"name":"if","type":{"kind":"NON_NULL","ofType":{"name":"Boolean"}}}]},"#
                + #"{"name":"skip","locations":["FIELD","FRAGMENT_SPREAD","INLINE_FRAGMENT"],"isRepeatable":false,"#
                + #""args":[{"name":"if","type":{"kind":"NON_NULL","ofType":{"name":"Boolean"}}}]}]}"#
        ),
        (
            #"{ __type(name: "Genre") { kind name fields { name } enumValues { name isDeprecated } } }"#,
            #"{"kind":"ENUM","name":"Genre","fields":null,"enumValues":[{"name":"NOVEL","isDeprecated":false},"#
                + #"{"name":"POEM","isDeprecated":false}]}"#
        ),
        (
            #"{ __type(name: "Node") { kind interfaces { name } possibleTypes { name } fields { name } ofType { name } } }"#,
            #"{"kind":"INTERFACE","interfaces":[],"possibleTypes":[{"name":"Book"},{"name":"Person"}],"#
                + #""fields":[{"name":"id"}],"ofType":null}"#
        ),
        (
            #"{ __type(name: "Book") { kind interfaces { name } possibleTypes { name } inputFields { name } } }"#,
            #"{"kind":"OBJECT","interfaces":[{"name":"Node"}],"possibleTypes":null,"inputFields":null}"#
        ),
        (
            #"{ __type(name: "Filter") { kind inputFields { name type { name } defaultValue } } }"#,
            #"{"kind":"INPUT_OBJECT","inputFields":[{"name":"genre","type":{"name":"Genre"},"defaultValue":null},"#
                + #"{"name":"limit","type":{"name":"Int"},"defaultValue":"10"},"#
                + #"{"name":"title","type":{"name":null},"defaultValue":null}]}"#
        ),
        (
            #"{ __type(name: "Person") { fields { name type { kind ofType { kind ofType { kind ofType { name } } } } } } }"#,
            #"{"fields":[{"name":"id","type":{"kind":"NON_NULL","ofType":{"kind":"SCALAR","ofType":null}}},"#
                + #"{"name":"name","type":{"kind":"SCALAR","ofType":null}},"#
                + #"{"name":"title","type":{"kind":"SCALAR","ofType":null}},"#
                + #"{"name":"books","type":{"kind":"NON_NULL","ofType":{"kind":"LIST","ofType":"#
                + #"{"kind":"NON_NULL","ofType":{"name":"Book"}}}}}]}"#
        ),
        (
            #"{ __type(name: "JSON") { kind description specifiedByURL __typename } }"#,
            #"{"kind":"SCALAR","description":"Anything.","specifiedByURL":null,"__typename":"__Type"}"#
        ),
    ])
    func `a schema describes itself`(_ query: String, _ answer: String) {
        let name = query.contains("__type(") ? "__type" : "__schema"
        #expect(TestSchema.answer(query) == #"{"data":{"\#(name)":\#(answer)}}"#)
    }

    @Test func `an unknown type is null`() {
        #expect(TestSchema.answer(#"{ __type(name: "Nothing") { name } }"#) == #"{"data":{"__type":null}}"#)
    }

    @Test func `every type that is used is listed`() throws {
        let query =
            "{ __schema { types { name fields { type { ...t } args { type { ...t } } } inputFields { type { ...t } } } } }"
            + " fragment t on __Type { name ofType { name ofType { name ofType { name } } } }"
        let response = TestSchema.response(query)
        #expect(response.errors == [])
        let types = try #require(response.data?["__schema"]?["types"])
        var names: Set<String> = []
        var used: Set<String> = []
        collect(types, key: "types", names: &names, used: &used)
        #expect(names.isSuperset(of: used))
        #expect(names.isSuperset(of: ["Query", "Book", "Int", "__Type", "__DirectiveLocation"]))
    }

    private func collect(_ value: Value, key: String, names: inout Set<String>, used: inout Set<String>) {
        switch value {
        case .list(let items):
            for item in items { collect(item, key: key, names: &names, used: &used) }
        case .object(let members):
            if let name = value["name"]?.text {
                if key == "types" { names.insert(name) } else { used.insert(name) }
            }
            for member in members { collect(member.value, key: member.name, names: &names, used: &used) }
        default:
            break
        }
    }
}
