import Delivery
import Foundation
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("The README's code that verifies a webhook")
    struct Snippets {
        private static let (old, new, foreign) = (secret(1, 24), secret(2, 32), secret(3, 64))

        private static func secret(_ byte: UInt8, _ count: Int) -> String {
            "whsec_" + Data(repeating: byte, count: count).base64EncodedString()
        }

        private struct Message {
            var title: String
            var isGenuine: Bool
            var secret = Snippets.new
            var id = "msg_1"
            var timestamp: String
            var signature: String
            var body: [UInt8]

            /// As our own server sends it.
            init(
                _ title: String, _ isGenuine: Bool, age: Int64 = 0,
                body: [UInt8] = Array(#"{"type":"order.paid"}"#.utf8)
            ) throws {
                let sent = Int64(Date().timeIntervalSince1970) - age
                let signer = WebhookSigner(try WebhookSecret(Snippets.new), and: try WebhookSecret(Snippets.old))
                self.title = title
                self.isGenuine = isGenuine
                self.body = body
                timestamp = String(sent)
                signature = signer.signature(id: id, timestamp: sent, body: body)
            }

            func with(_ change: (inout Message) -> Void) -> Message {
                var copy = self
                change(&copy)
                return copy
            }

            var json: JSONValue {
                [
                    "secret": .string(secret), "id": .string(id), "timestamp": .string(timestamp),
                    "signature": .string(signature), "body": .string(Data(body).base64EncodedString()),
                ]
            }
        }

        private static func messages() throws -> [Message] {
            func first(_ text: String) -> String { String(text.split(separator: " ")[0]) }
            let good = try Message("good", true)
            return [
                good,
                try Message("Unicode", true, body: Array(#"{"a":"Чой — 🍵","b":"\u0000"}"#.utf8)),
                try Message("no text", true, body: [0, 0xFF, 0xC3, 0x28, 0x0A]),
                try Message("empty", true, body: []),
                try Message("four minutes old", true, age: 240),
                try Message("four minutes ahead", true, age: -240),
                try Message("seven minutes old", false, age: 420),
                try Message("seven minutes ahead", false, age: -420),
                try Message("of 1970", false, age: Int64(Date().timeIntervalSince1970)),
                good.with { ($0.title, $0.secret) = ("the second of two keys", old) },
                good.with { ($0.title, $0.signature) = ("one signature", first($0.signature)) },
                good.with { ($0.title, $0.signature) = ("an unknown version beside it", "v2,abc \($0.signature)") },
                good.with { ($0.title, $0.secret, $0.isGenuine) = ("a foreign key", foreign, false) },
                good.with { ($0.title, $0.isGenuine, $0.body) = ("another body", false, $0.body + [0x20]) },
                good.with { ($0.title, $0.isGenuine, $0.id) = ("another id", false, "msg_2") },
                good.with { ($0.title, $0.isGenuine, $0.timestamp) = ("another time", false, $0.timestamp + "0") },
                good.with { ($0.title, $0.isGenuine, $0.signature) = ("no signature", false, "") },
                good.with { ($0.title, $0.isGenuine, $0.signature) = ("half a signature", false, "v1,") },
                good.with {
                    ($0.title, $0.isGenuine) = ("another version", false)
                    $0.signature = "v2" + first($0.signature).dropFirst(2)
                },
                good.with { ($0.title, $0.isGenuine, $0.signature) = ("no ASCII", false, "v1,чай v1,é") },
                good.with { ($0.title, $0.isGenuine, $0.id) = ("no id", false, "") },
                good.with { ($0.title, $0.isGenuine, $0.timestamp) = ("no time", false, "") },
                good.with { ($0.title, $0.isGenuine, $0.timestamp) = ("a time in words", false, "now") },
            ]
        }

        @Test("tells what is ours from what is not, in PHP", .enabled(if: Interpreter.php.path != nil, missing))
        func php() async throws { try await Self.tells(.php) }

        @Test("tells what is ours from what is not, in Python", .enabled(if: Interpreter.python.path != nil, missing))
        func python() async throws { try await Self.tells(.python) }

        @Test("tells what is ours from what is not, in Node", .enabled(if: Interpreter.node.path != nil, missing))
        func node() async throws { try await Self.tells(.node) }

        private static let missing: Comment = "not installed: Scripts/setup.sh tests installs it"

        private static func tells(_ language: Interpreter) async throws {
            let snippet = try VerificationSnippet(language)
            let path = try #require(language.path)
            let folder = TemporaryFolder()
            try snippet.program.write(toFile: folder.file(snippet.fileName), atomically: true, encoding: .utf8)
            let messages = try Self.messages()
            let child = try ChildProcess(
                path, [folder.file(snippet.fileName)], folder: folder.path,
                input: JSONValue.array(messages.map(\.json)).text)
            let exit = await child.exit()
            #expect(exit == .success, "\(child.errors)")
            let verdicts = Array(child.output)
            try #require(verdicts.count == messages.count, "\(child.output) \(child.errors)")
            for (message, verdict) in zip(messages, verdicts) {
                #expect(verdict == (message.isGenuine ? "1" : "0"), "\(language), \(message.title)")
            }
        }
    }
}
