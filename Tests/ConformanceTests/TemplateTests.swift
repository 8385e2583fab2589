import Specification
import StrictJSON
import Testing

@testable import Conformance

@Suite("Templates")
struct TemplateTests {
    private func node(_ yaml: String) throws -> SpecNode { try SpecNode(yaml: Array(yaml.utf8), name: "t.yaml") }

    private func bindings() -> Bindings {
        let bindings = Bindings(
            amount: 500_000, orders: ["7", "8"], unknownOrder: "none", times: [:],
            places: RPCPlaceValues(field: "order_id"), now: { 1_000_000 })
        bindings.set("saved", to: ["a": 1])
        return bindings
    }

    @Test(
        "are filled in with the type of the value",
        arguments: [
            (#""{amount}""#, "500000"),
            (#""{amount+1}""#, "500001"),
            (#""{amount*-1}""#, "-500000"),
            (#""{now-12h+3s}""#, String(1_000_000 - 43_200_000 + 3000)),
            (#""{account2}""#, #"{"order_id":"8"}"#),
            (#""order {order} costs {amount}""#, #""order 7 costs 500000""#),
            (#"{"{field}": [1, 1.50, null, true, "{order}"]}"#, #"{"order_id":[1,1.50,null,true,"7"]}"#),
            (#""{saved}""#, #"{"a":1}"#),
            (#""{json:1e999}""#, "1e999"),
            (#""{repeat:3:ab}""#, #""ababab""#),
            (#""{}""#, #""{}""#),
            (#"'{"a": {amount}}'"#, #""{\"a\": 500000}""#),
        ])
    func areFilledIn(yaml: String, json: String) throws {
        #expect(try bindings().value(Template(node(yaml))).text == json)
    }

    @Test("of bytes keep everything that is not a place")
    func raw() throws {
        let template = try RawTemplate(node(#"'{"a": "{order}", "b": {account}, "c": {repeat:3:[}{bytes:ff00}, 1}'"#))
        let expected = Array(#"{"a": "7", "b": {"order_id":"7"}, "c": [[["#.utf8) + [0xFF, 0x00] + Array(", 1}".utf8)
        #expect(try bindings().bytes(template) == expected)
    }

    @Test("give every transaction an id and a time that stay")
    func transactions() throws {
        let bindings = bindings()
        let id = try bindings.value(Template(node(#""{id:a}""#)))
        #expect(id.stringValue?.count == 24)
        #expect(try bindings.value(Template(node(#""{id:a}""#))) == id)
        #expect(try bindings.value(Template(node(#""{id:b}""#))) != id)
        bindings.transaction = "a"
        #expect(try bindings.value(Template(node(#""{id}""#))) == id)
    }

    @Test("do not overflow")
    func overflow() throws {
        let huge = try Template(node(#""{amount*9223372036854775807}""#))
        #expect(try bindings().value(huge).integerValue == .max)
    }
}
