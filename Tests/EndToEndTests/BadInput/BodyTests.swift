import Foundation
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Bodies that are no call")
    struct Bodies {
        @Test("what is no JSON is a parse error with id null")
        func noJSON() async throws {
            try await Victim.with { victim in
                for (what, text) in Self.noJSON {
                    try await victim.expect(text.utf8, .parseError, what)
                }
                for (what, bytes) in Self.noText { try await victim.expect(bytes, .parseError, what) }
            }
        }

        /// Swift's own comparison of such strings takes a time that grows with the square of their length: seconds for
        /// each of these in a debug build.
        @Test("long runs of combining characters cost no more than other bytes")
        func combiningCharacters() async throws {
            let marks =
                String(repeating: "\u{0301}", count: 15_000) + String(repeating: "\u{0327}", count: 15_000)
            let create = Victim.create().text
            let bodies: [(String, String, ProtocolError)] = [
                ("as a key", "{\"\(marks)\":1,\"id\":1}", .parseError),
                ("as a method", #"{"method":"\#(marks)","params":{},"id":1}"#, .methodNotFound),
                (
                    "as a version", create.replacing("{\"", with: "{\"jsonrpc\":\"\(marks)\",\"", maxReplacements: 1),
                    .invalidRequest
                ),
            ]
            try await Victim.with { victim in
                let elapsed = try await ContinuousClock().measure {
                    for _ in 0..<20 {
                        for (what, text, error) in bodies {
                            let answer = try await victim.payme.send(Array(text.utf8))
                            #expect(answer.isError(error), "\(what)")
                        }
                    }
                }
                #expect(elapsed < .seconds(20))
            }
        }

        private static let call = Victim.create().text

        private static let noJSON: [(String, String)] = [
            ("an empty body", ""), ("white space", " \r\n\t "), ("a word", "hello"), ("half a call", "{\"method\":"),
            ("a comma too many", #"{"method":"CheckTransaction","params":{"id":"1"},"id":1,}"#),
            ("single quotes", "{'method':'CheckTransaction'}"), ("bare keys", #"{method:"CheckTransaction"}"#),
            ("a comment", "/* */" + call), ("NaN", #"{"id":NaN}"#), ("Infinity", #"{"id":Infinity}"#),
            ("hexadecimal", #"{"id":0x10}"#), ("a leading zero", #"{"id":01}"#), ("a plus", #"{"id":+1}"#),
            ("a bare dot", #"{"id":1.}"#), ("no exponent", #"{"id":1e}"#), ("True", #"{"id":True}"#),
            ("two calls", call + call), ("a call and a word", call + "x"), ("a form", "method=CheckTransaction&id=1"),
            ("XML", "<?xml version=\"1.0\"?><methodCall/>"), ("a line break in a string", "{\"id\":\"a\nb\"}"),
            ("a bad escape", #"{"id":"\x41"}"#), ("half a surrogate", #"{"id":"\ud800"}"#),
            ("surrogates the wrong way round", #"{"id":"\udc00\ud800"}"#), ("a byte order mark", "\u{FEFF}" + call),
            ("a method twice", #"{"method":"CheckTransaction","method":"PerformTransaction","params":{"id":"1"}}"#),
            ("a param twice", #"{"method":"CheckTransaction","params":{"id":"1","id":"2"},"id":1}"#),
            ("a param twice, once escaped", #"{"method":"CheckTransaction","params":{"id":"1","\u0069d":"2"},"id":1}"#),
            ("an id twice", #"{"id":1,"method":"CheckTransaction","params":{"id":"1"},"id":1}"#),
            ("an account field twice", call.replacing(#"{"order_id":"#, with: #"{"order_id":"other","order_id":"#)),
            ("arrays 40 deep", String(repeating: "[", count: 40) + String(repeating: "]", count: 40)),
            ("arrays 30,000 deep", String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000)),
            ("open arrays 60,000 deep", String(repeating: "[", count: 60_000)),
            ("objects 10,000 deep", String(repeating: #"{"a":"#, count: 10_000)),
            ("2,000 members", "{" + (0..<2_000).map { #""k\#($0)":1"# }.joined(separator: ",") + "}"),
        ]

        private static let noText: [(String, [UInt8])] = [
            ("a lone continuation byte", Array(#"{"id":""#.utf8) + [0x80] + Array(#""}"#.utf8)),
            ("a cut character", Array(#"{"id":""#.utf8) + [0xD0] + Array(#""}"#.utf8)),
            ("an overlong slash", Array(#"{"id":""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8)),
            ("a surrogate in UTF-8", Array(#"{"id":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#""}"#.utf8)),
            ("beyond Unicode", Array(#"{"id":""#.utf8) + [0xF4, 0x90, 0x80, 0x80] + Array(#""}"#.utf8)),
            ("a zero byte", Array(call.utf8) + [0]), ("zero bytes", [UInt8](repeating: 0, count: 1_000)),
            ("UTF-16", call.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            ("Latin-1", Array(#"{"id":"caf"#.utf8) + [0xE9] + Array(#""}"#.utf8)),
            ("every byte", Array(0...255)), ("gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]),
            ("a megabyte of spaces and a call", [UInt8](repeating: 32, count: 1 << 20) + Array(call.utf8)),
            ("ten megabytes", [UInt8](repeating: UInt8(ascii: "["), count: 10 << 20)),
            ("a call in ten megabytes", Array(call.utf8) + [UInt8](repeating: 32, count: 10 << 20)),
        ]

        @Test("JSON that is no call is an invalid request, with the id if it is one")
        func noCall() async throws {
            try await Victim.with { victim in
                for text in ["null", "true", "1", "1.5", #""CheckTransaction""#, "[]", "[[]]", "[1,2]"] {
                    try await victim.expect(text.utf8, .invalidRequest, text)
                }
                let call = Victim.create().text
                for text in ["[\(call)]", "[\(call),\(call)]"] {
                    try await victim.expect(text.utf8, .invalidRequest, "a batch")
                }
                for (what, members) in Self.envelopes {
                    var request = Victim.create().objectValue ?? [:]
                    for (name, value) in members { request[name] = value }
                    try await victim.expect(JSONValue.object(request).serialized(), .invalidRequest, id: 7, what)
                }
                for name in ["method", "params"] {
                    var request = Victim.create().objectValue ?? [:]
                    request[name] = nil
                    try await victim.expect(
                        JSONValue.object(request).serialized(), .invalidRequest, id: 7, data: name, "no \(name)")
                }
                for id: JSONValue in [true, [], [1], [:], ["a": 1]] {
                    let request = Victim.create(["id": id])
                    try await victim.expect(request.serialized(), .invalidRequest, "id \(id.text)")
                }
            }
        }

        private static let envelopes: [(String, JSONObject)] = [
            ("method null", ["method": nil]), ("method a number", ["method": 1]), ("method a list", ["method": ["a"]]),
            ("params null", ["params": nil]), ("params a list", ["params": [500_000]]),
            ("params a string", ["params": "id"]), ("params a number", ["params": 0]),
            ("params false", ["params": false]),
            ("JSON-RPC 1.0", ["jsonrpc": "1.0"]), ("jsonrpc a number", ["jsonrpc": .number("2.0")]),
            ("jsonrpc null", ["jsonrpc": nil]),
        ]

        @Test("an id of any usable kind comes back as it was sent")
        func ids() async throws {
            try await Victim.with { victim in
                let ids: [JSONValue] = [
                    0, -1, .integer(.max), .number("1.50"), .number("1e400"), .number("-0"),
                    .number("123456789012345678901234567890"), "", "seven", "\u{0}\u{1F600}\"\\/", nil,
                ]
                for id in ids {
                    let request: JSONValue = ["method": "CheckTransaction", "params": ["id": "none"], "id": id]
                    try await victim.expect(
                        request.serialized(), .transactionNotFound, id: id, method: "CheckTransaction", id.text)
                }
                let request: JSONValue = ["method": "CheckTransaction", "params": ["id": "none"]]
                try await victim.expect(
                    request.serialized(), .transactionNotFound, method: "CheckTransaction", "no id")
            }
        }

        @Test("an unknown method is named in the answer, and not at any length")
        func unknownMethod() async throws {
            try await Victim.with { victim in
                let names = [
                    "createTransaction", "CreateTransaction ", "", "rpc.discover", "../../etc/passwd", "ChangePassword",
                    "'; DROP TABLE orders; --", "\u{0}",
                ]
                for name in names {
                    let request = Victim.create(["method": .string(name)])
                    try await victim.expect(request.serialized(), .methodNotFound, id: 7, data: name, name)
                }
                let long = Victim.create(["method": .string(String(repeating: "x", count: 50_000))])
                let answer = try await victim.payme.send(long.serialized())
                #expect(answer.isError(.methodNotFound))
                #expect(answer.bytes.count < 1_000)
            }
        }
    }
}
