import StrictJSON
import Testing

@Suite("Values")
struct ValueTests {
    @Test("each accessor answers for its own kind and for no other")
    func accesses() {
        let values: [(JSONValue, String)] = [
            (.null, "null"), (true, "boolean"), (1, "integer"), (.number("1.0"), "number"), ("a", "string"),
            ([1], "array"), (["a": 1], "object"),
        ]
        for (value, kind) in values {
            #expect(value.kind == kind)
            #expect(value.isNull == (kind == "null"))
            #expect((value.boolValue != nil) == (kind == "boolean"))
            #expect((value.integerValue != nil) == (kind == "integer"))
            #expect((value.numberText != nil) == (kind == "integer" || kind == "number"))
            #expect((value.stringValue != nil) == (kind == "string"))
            #expect((value.arrayValue != nil) == (kind == "array"))
            #expect((value.objectValue != nil) == (kind == "object"))
            #expect((value["a"] != nil) == (kind == "object"))
            #expect((value[0] != nil) == (kind == "array"))
        }
    }

    @Test("a path that leads nowhere is nil")
    func looksUp() throws {
        let value: JSONValue = ["params": ["account": ["order_id": "197"], "list": [1, [2]]]]
        #expect(value["params"]?["account"]?["order_id"]?.stringValue == "197")
        #expect(value["params"]?["list"]?[1]?[0] == 2)
        #expect(value["params"]?["list"]?[2] == nil)
        #expect(value["params"]?["list"]?[-1] == nil)
        #expect(value["params"]?["missing"]?["order_id"] == nil)
        #expect(value["params"]?["list"]?["order_id"] == nil)
    }

    @Test("literals make values")
    func literals() {
        let number = 7
        let value: JSONValue = [
            "null": nil, "bool": true, "integer": -5, "string": "a", "interpolated": "order \(number)",
            "array": [1, "b"],
            "object": ["c": [:]],
        ]
        #expect(
            value.text == """
                {"null":null,"bool":true,"integer":-5,"string":"a","interpolated":"order 7","array":[1,"b"],\
                "object":{"c":{}}}
                """
        )
    }

    @Test("numbers are equal when their text is")
    func comparesNumbers() {
        #expect(JSONValue.number("1.0") != .number("1.00"))
        #expect(JSONValue.number("1.0") != 1)
        #expect(JSONValue.number("1e2") == .number("1e2"))
    }
}
