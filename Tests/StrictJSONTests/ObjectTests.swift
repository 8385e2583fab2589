import StrictJSON
import Testing

@Suite("Objects")
struct ObjectTests {
    @Test("members are set in place, appended, and removed with nil")
    func sets() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = "new"
        #expect(object.keys == ["a", "b", "c"])
        #expect(object["a"] == 3)
        object["b"] = nil
        object["missing"] = nil
        #expect(object.keys == ["a", "c"])
        #expect(object["b"] == nil)
    }

    @Test("null is a value, nil is the absence of one")
    func tellsNullFromNil() {
        var object: JSONObject = [:]
        object["a"] = .null
        #expect(object.count == 1)
        #expect(object["a"] != nil)
        #expect(object["a"]?.isNull == true)
        #expect(object["b"] == nil)
        object["a"] = nil
        #expect(object.isEmpty)
    }

    @Test("a copy does not change with its original")
    func hasValueSemantics() {
        var object: JSONObject = ["a": 1]
        let copy = object
        object["a"] = 2
        #expect(copy["a"] == 1)
    }

    @Test("an object is a collection of its members in their order")
    func isCollection() {
        let object: JSONObject = ["z": 1, "a": [2], "m": nil]
        #expect(object.map(\.key) == ["z", "a", "m"])
        #expect(object[1].key == "a")
        #expect(object.last?.value == .null)
        #expect(object.indices == 0..<3)
    }

    @Test("equality does not ask for the order of members, and equal objects hash alike")
    func comparesUnordered() {
        let left: JSONValue = ["a": 1, "b": ["c": 2, "d": 3]]
        let right: JSONValue = ["b": ["d": 3, "c": 2], "a": 1]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.text != right.text)
        #expect(left != ["a": 1, "b": ["c": 2, "d": 4]])
        #expect(left != ["a": 1])
        #expect((["a": 1, "b": 2] as JSONObject) != ["a": 1, "c": 2])
        #expect((["a": 1, "b": 2] as JSONObject) != ["a": 2, "b": 1])
    }

    @Test("large objects compare by the same rule")
    func comparesLarge() {
        var left = JSONObject()
        var right = JSONObject()
        for index in 0..<200 { left["k\(index)"] = .integer(Int64(index)) }
        for index in (0..<200).reversed() { right["k\(index)"] = .integer(Int64(index)) }
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        right["k100"] = 0
        #expect(left != right)
        right["k100"] = nil
        right["other"] = 100
        #expect(left != right)
    }

    @Test("a literal with a key twice traps")
    func trapsOnDuplicate() async {
        await #expect(processExitsWith: .failure) {
            let key = "a"
            _ = [key: 1, "a": 2] as JSONObject
        }
        await #expect(processExitsWith: .failure) {
            let key = "a"
            _ = [key: 1, "a": 2] as JSONValue
        }
    }
}
