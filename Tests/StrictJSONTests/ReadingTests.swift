import StrictJSON
import Testing

@Suite("Reading")
struct ReadingTests {
    /// Payme's own example of a CreateTransaction call.
    static let createTransaction = """
        {"method":"CreateTransaction","params":{"id":"5305e3bab097f420a62ced0b","time":1399114284039,\
        "amount":500000,"account":{"order_id":"197"}},"id":1234}
        """

    @Test("a message of Payme is read exactly")
    func readsMessage() throws {
        let message = try JSONValue(parsing: Self.createTransaction)
        #expect(
            message == [
                "method": "CreateTransaction",
                "params": [
                    "id": "5305e3bab097f420a62ced0b", "time": 1_399_114_284_039, "amount": 500_000,
                    "account": ["order_id": "197"],
                ],
                "id": 1234,
            ]
        )
        #expect(message.text == Self.createTransaction)
    }

    @Test(
        "each kind of value is read, alone and with whitespace around it",
        arguments: [
            ("null", .null), ("true", true), ("false", false), ("0", 0), ("-1", -1), ("1.0", .number("1.0")),
            (#""""#, ""), (#""a""#, "a"), ("[]", []), ("[1]", [1]), ("{}", [:]), (#"{"a":null}"#, ["a": .null]),
        ] as [(String, JSONValue)]
    )
    func readsKinds(document: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: document) == value)
        #expect(try JSONValue(parsing: " \t\r\n\(document)\n\r\t ") == value)
    }

    @Test("whitespace may stand around every token")
    func readsWhitespace() throws {
        let spaced = " { \"a\" : [ 1 , { } , [ ] , \"b\" ] , \"c\" : true } "
        for space in [" ", "\t", "\n", "\r", "\r\n", ""] {
            let document = spaced.split(separator: " ").joined(separator: space)
            #expect(try JSONValue(parsing: document) == ["a": [1, [:], [], "b"], "c": true])
        }
    }

    @Test("members keep their order")
    func keepsOrder() throws {
        let document = #"{"z":1,"a":{"y":2,"b":3},"m":4}"#
        let value = try JSONValue(parsing: document)
        #expect(value.objectValue?.keys == ["z", "a", "m"])
        #expect(value.text == document)
    }

    @Test("the same document is read from every form of input")
    func readsEveryInput() throws {
        let bytes = Array(Self.createTransaction.utf8)
        let expected = try JSONValue(parsing: bytes)
        #expect(try JSONValue(parsing: Self.createTransaction) == expected)
        #expect(try JSONValue(parsing: bytes[...]) == expected)
        #expect(try JSONValue(parsing: ContiguousArray(bytes)) == expected)
        #expect(try JSONValue(parsing: Self.createTransaction.utf8) == expected)
        #expect(try JSONValue(parsing: AnySequence(bytes)) == expected, "not contiguous in memory")
        #expect(try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0) } == expected)
    }

    @Test("errors come out of every form of input")
    func refusesEveryInput() {
        let error = JSONError(code: .duplicateKey, offset: 7)
        let document = #"{"a":1,"a":2}"#
        let bytes = Array(document.utf8)
        #expect(throws: error) { try JSONValue(parsing: document) }
        #expect(throws: error) { try JSONValue(parsing: bytes) }
        #expect(throws: error) { try JSONValue(parsing: bytes[...]) }
        #expect(throws: error) { try JSONValue(parsing: AnySequence(bytes)) }
        #expect(throws: error) { try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0) } }
        #expect(throws: JSONError(code: .unexpectedEnd, offset: 0)) { try JSONValue(parsing: [UInt8]()) }
        #expect(throws: JSONError(code: .unexpectedEnd, offset: 0)) {
            try JSONValue(parsing: UnsafeBufferPointer(start: nil, count: 0))
        }
    }

    @Test("a slice is read from its own beginning, and offsets count from there")
    func readsSlice() throws {
        let bytes = Array("xx[1,2]xx".utf8)
        #expect(try JSONValue(parsing: bytes[2..<7]) == [1, 2])
        #expect(throws: JSONError(code: .unexpectedEnd, offset: 4)) { try JSONValue(parsing: bytes[2..<6]) }
    }

    @Test("every prefix of a document is refused")
    func refusesPrefixes() {
        let documents = [
            Self.createTransaction,
            #"[{"a":-1.5e+10,"b":[true,false,null]},"\ud83d\ude00\n","Оплата № 1 \\"]"#,
            "\"\u{10FFFF}\"",
        ]
        for document in documents {
            let bytes = Array(document.utf8)
            #expect(refusal(of: bytes) == nil)
            for length in bytes.indices {
                #expect(refusal(of: Array(bytes[..<length])) != nil, "\(length) bytes of \(document)")
            }
        }
    }
}
