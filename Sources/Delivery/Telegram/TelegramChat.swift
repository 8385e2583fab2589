/// Where messages go: a person, a group or a channel.
///
/// Source: yookassa.md 21.
public enum TelegramChat: Sendable, Hashable, CustomStringConvertible {
    /// A text that names no chat.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wanted.
        public let description =
            "a chat is a whole number other than 0 (a group's is below 0), or the @name of a public group or channel"
    }

    /// A person's number is above 0, a group's or channel's below.
    case number(Int64)
    /// Of a public group or channel, with its `@`.
    case name(String)

    /// - Parameter text: `123456789`, `-1001234567890` or `@our_shop`.
    /// - Throws: ``Malformed``.
    public init(_ text: String) throws(Malformed) {
        if text.hasPrefix("@") {
            let name = text.dropFirst()
            // Telegram's own names have 4 characters or more.
            guard (4...32).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else { throw Malformed() }
            self = .name(text)
        } else {
            guard let number = Int64(text), number != 0, String(number) == text else { throw Malformed() }
            self = .number(number)
        }
    }

    /// As settings have it: `-1001234567890`, `@our_shop`.
    public var description: String {
        switch self {
        case .number(let number): String(number)
        case .name(let name): name
        }
    }

    /// Whether fewer messages a minute may go there than to a person. Only groups and channels have names.
    public var isGroup: Bool {
        switch self {
        case .number(let number): number < 0
        case .name: true
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
