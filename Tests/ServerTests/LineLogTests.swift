import Foundation
import Logging
import StrictJSON
import Testing

@testable import Server

@Suite("A log line")
struct LineLogTests {
    private func line(
        _ format: LineLogHandler.Format, _ message: String, own: Logger.Metadata = [:],
        _ metadata: Logger.Metadata? = nil
    ) -> String {
        var handler = LineLogHandler(label: "tiyin", level: .trace, format: format)
        for (key, value) in own { handler[metadataKey: key] = value }
        let event = LogEvent(
            level: .warning, message: "\(message)", metadata: metadata, source: "test", file: "f", function: "f",
            line: 1)
        // 2026-11-21 00:00:00.250 UTC
        return String(decoding: handler.line(event, at: Date(timeIntervalSince1970: 1_795_219_200.25)), as: UTF8.self)
    }

    @Test("as text has a time, a level, a label, a message and its metadata in order")
    func text() {
        #expect(
            line(.text, "call refused", own: ["id": "7", "z": "own"], ["method": "Check", "z": "its own"])
                == "2026-11-21T00:00:00.250Z warning tiyin: call refused id=7 method=Check z=its own\n")
        #expect(line(.text, "ready") == "2026-11-21T00:00:00.250Z warning tiyin: ready\n")
    }

    @Test("as JSON has the same")
    func json() {
        #expect(
            line(.json, "call \"refused\"", own: ["id": "7"], ["method": "Чек", "list": .array(["a", "b"])])
                == #"{"time":"2026-11-21T00:00:00.250Z","level":"warning","label":"tiyin","#
                + #""message":"call \"refused\"","id":"7","list":"[\"a\", \"b\"]","method":"Чек"}"# + "\n")
    }

    @Test("as JSON keeps metadata apart that has the name of a member")
    func names() throws {
        let value = try JSONValue(parsing: line(.json, "m", ["level": "high", "time": "now"]))
        #expect(value["level"] == "warning")
        #expect(value["meta.level"] == "high")
        #expect(value["meta.time"] == "now")
    }

    @Test(
        "is one line, whatever stands in it",
        arguments: ["a\nb", "a\r\nb", "a\u{0}b\u{1B}[31m", "\n", "\u{85}\u{2028}x"])
    func oneLine(text: String) throws {
        for format in [LineLogHandler.Format.text, .json] {
            let bytes = Array(line(format, text, ["value": "\(text)"]).utf8)
            #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
            #expect(bytes.last == UInt8(ascii: "\n"))
            #expect(bytes.dropLast().allSatisfy { $0 >= 0x20 })
        }
        let json = try JSONValue(parsing: line(.json, text, ["value": "\(text)"]))
        #expect(json["message"] == .string(text))
        #expect(json["value"] == .string(text))
    }
}
