/// The token of a bot: its number, a colon, and a secret. It never shows itself.
///
/// Source: yookassa.md 21.
public struct TelegramToken: Sendable, Hashable {
    /// A text that is no token.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// Says what is wanted, nothing of what was given.
        public let description =
            "a bot's token is its number, a colon, and letters, digits, - and _; copy it from @BotFather"
    }

    /// As calls carry it in their URL: not for logs.
    let text: String
    /// The bot's own number, which is no secret.
    let bot: String

    /// - Parameter text: `123456789:AAF-…`, as @BotFather gives it.
    /// - Throws: ``Malformed``, which holds nothing of the text.
    public init(_ text: String) throws(Malformed) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...19).contains(parts[0].utf8.count), (8...128).contains(parts[1].utf8.count),
            parts[0].utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            parts[1].utf8.allSatisfy(Self.isSecretByte)
        else { throw Malformed() }
        self.text = text
        bot = String(parts[0])
    }

    private static func isSecretByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension TelegramToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Three dots.
    public var description: String { "…" }
    /// Three dots.
    public var debugDescription: String { description }
    /// Without children: `dump` finds nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
