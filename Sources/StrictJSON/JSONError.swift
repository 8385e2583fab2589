/// Why a text was refused as JSON, and at which byte.
///
/// The description never repeats any of the document: what a payment endpoint reads may be secret.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong.
    public let code: Code

    /// Where, in bytes from the start of the input.
    public let offset: Int

    /// An error to be reported at a byte.
    ///
    /// - Parameters:
    ///   - code: What was wrong.
    ///   - offset: Where, in bytes from the start of the input.
    public init(code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// One sentence that may be logged or shown to the sender, such as `Invalid JSON at byte 17: duplicate key`.
    public var description: String {
        "Invalid JSON at byte \(offset): \(code)"
    }
}

extension JSONError {
    /// The kinds of refusal; a struct over a private enum, so that one can be added without breaking a `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case byteOrderMark = "byte order mark"
            case controlCharacter = "unescaped control character in a string"
            case duplicateKey = "duplicate key"
            case invalidEscape = "invalid escape sequence"
            case invalidNumber = "invalid number"
            case invalidUTF8 = "invalid UTF-8"
            case keyTooLong = "key too long"
            case loneSurrogate = "escaped surrogate without its partner"
            case tooDeep = "nested too deep"
            case tooLong = "document too long"
            case tooManyMembers = "too many members in one object"
            case trailingBytes = "bytes after the end of the value"
            case unexpectedByte = "unexpected byte"
            case unexpectedEnd = "unexpected end"
        }

        private let kind: Kind

        /// The document begins with a byte order mark.
        public static let byteOrderMark = Code(kind: .byteOrderMark)
        /// A byte below 0x20 stands unescaped in a string.
        public static let controlCharacter = Code(kind: .controlCharacter)
        /// An object has a key twice, compared after unescaping. The offset is that of the second key.
        public static let duplicateKey = Code(kind: .duplicateKey)
        /// A backslash begins nothing that RFC 8259 knows. The offset is that of the backslash.
        public static let invalidEscape = Code(kind: .invalidEscape)
        /// A number with a leading zero, or without digits where they must be. The offset is that of its first byte.
        public static let invalidNumber = Code(kind: .invalidNumber)
        /// A string holds a byte sequence that is not UTF-8. The offset is that of the sequence's first byte.
        public static let invalidUTF8 = Code(kind: .invalidUTF8)
        /// A key is longer than ``JSONLimits/maximumKeyBytes``. The offset is that of its opening quote.
        public static let keyTooLong = Code(kind: .keyTooLong)
        /// A `\uD800`…`\uDFFF` that is not one of a pair. The offset is that of its backslash.
        public static let loneSurrogate = Code(kind: .loneSurrogate)
        /// Arrays and objects nest deeper than ``JSONLimits/maximumDepth``. The offset is that of the bracket too many.
        public static let tooDeep = Code(kind: .tooDeep)
        /// The document is longer than ``JSONLimits/maximumBytes``. The offset is that of the first byte too many.
        public static let tooLong = Code(kind: .tooLong)
        /// An object has more than ``JSONLimits/maximumMembers``. The offset is that of the key too many.
        public static let tooManyMembers = Code(kind: .tooManyMembers)
        /// Something other than whitespace follows the value.
        public static let trailingBytes = Code(kind: .trailingBytes)
        /// A byte that cannot stand where it stands.
        public static let unexpectedByte = Code(kind: .unexpectedByte)
        /// The document ends before the value does.
        public static let unexpectedEnd = Code(kind: .unexpectedEnd)

        /// The kind in words, without an offset.
        public var description: String { kind.rawValue }
    }
}
