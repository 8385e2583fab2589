/// Why a text is no BR Code that we take, or why no BR Code can be made.
///
/// The description never repeats any of the code: a key may be somebody's tax number or telephone.
public struct BRCodeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let code: Code
    /// The field by its ids from outside in, such as `62-05`; nil if no single field is at fault.
    public let field: String?
    /// Where in the text, in characters (Unicode scalars) from its start; nil if it was never a text.
    public let position: Int?

    init(_ code: Code, field: String? = nil, position: Int? = nil) {
        self.code = code
        self.field = field
        self.position = position
    }

    /// One sentence that may be logged or shown.
    public var description: String {
        var place = field.map { " in field \($0)" } ?? ""
        if let position { place += " at character \(position)" }
        return "The BR Code is refused\(place): \(code)."
    }
}

extension BRCodeError {
    /// The kinds of refusal; a struct over a private enum, so that one can be added without breaking a `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case tooLong = "it is longer than 512 characters; copy the code alone"
            case checksumMissing = "it does not end with its check sum; copy the code again, whole"
            case checksum = "the check sum is wrong; copy the code again, whole"
            case character = "a character that no code holds; copy the code again"
            case identifier = "two digits were expected as the number of a field"
            case length = "the length must be two digits from 01 to 99 and not beyond the end"
            case repeatedField = "the field is there twice"
            case missingField = "the field is missing"
            case unexpectedField = "the field may not be there"
            case value = "the value is none that the field may have"
            case valueTooLong = "the value is too long for the field"
            case currency = "the currency is not the Brazilian real"
            case amount = "the amount must be more than zero, at most 9999999999.99, with a decimal point"
            case key = "a key is 1 to 77 printable ASCII characters"
            case location = "the location must be a host and a path without https://, 77 characters at the most"
            case txid = "a txid in a code is 1 to 25 letters and digits"
            case notPix = "it holds no Pix account; another arrangement's code cannot be paid by Pix"
            case severalPix = "it holds more than one Pix account"
            case keyAndLocation = "it holds both a key and a location; only one can be paid"
            case nothingToPay = "it holds neither a key nor a location nor a recurrence"
            case emptyText = "the text has no letter or digit that a code can hold"
        }

        private let kind: Kind

        /// More than 512 characters.
        public static let tooLong = Code(kind: .tooLong)
        /// It does not end with field 63 and four hexadecimal digits.
        public static let checksumMissing = Code(kind: .checksumMissing)
        /// The check sum does not match the text.
        public static let checksum = Code(kind: .checksum)
        /// A control or invisible character, or one beyond ASCII where only ASCII may be.
        public static let character = Code(kind: .character)
        /// Something else than the two digits of a field's number.
        public static let identifier = Code(kind: .identifier)
        /// A length that is no number, zero, or more than what follows.
        public static let length = Code(kind: .length)
        /// One number twice on the same level.
        public static let repeatedField = Code(kind: .repeatedField)
        /// A mandatory field is missing.
        public static let missingField = Code(kind: .missingField)
        /// A field that this kind of code must not have.
        public static let unexpectedField = Code(kind: .unexpectedField)
        /// A value outside of what its field allows.
        public static let value = Code(kind: .value)
        /// A value longer than its field allows.
        public static let valueTooLong = Code(kind: .valueTooLong)
        /// Field 53 is not 986.
        public static let currency = Code(kind: .currency)
        /// Field 54 is no amount, or the amount to be written is none.
        public static let amount = Code(kind: .amount)
        /// The key is empty, too long or not printable ASCII.
        public static let key = Code(kind: .key)
        /// The location of a dynamic code is no host and path.
        public static let location = Code(kind: .location)
        /// The txid of a static code has a wrong character or length.
        public static let txid = Code(kind: .txid)
        /// No field from 26 to 51 is Pix's.
        public static let notPix = Code(kind: .notPix)
        /// Two fields are Pix's: which to pay would be a guess.
        public static let severalPix = Code(kind: .severalPix)
        /// A key and a location in one account.
        public static let keyAndLocation = Code(kind: .keyAndLocation)
        /// A Pix account that leads nowhere.
        public static let nothingToPay = Code(kind: .nothingToPay)
        /// A name or city of which nothing is left in ASCII.
        public static let emptyText = Code(kind: .emptyText)

        /// What is wrong, as the end of a sentence.
        public var description: String { kind.rawValue }
    }
}
