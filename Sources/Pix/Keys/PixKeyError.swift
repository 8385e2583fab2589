/// Why a text is no Pix key. The description never repeats the key: it may be somebody's tax number.
public struct PixKeyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let code: Code

    init(_ code: Code) {
        self.code = code
    }

    /// One sentence that may be logged or shown: what is wrong and how a key is written.
    public var description: String { "This is not a Pix key: \(code)." }

    /// The kinds of refusal; a struct over a private enum, so that one can be added without breaking a `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case length = "it must have 1 to 77 characters"
            case character = "it must be printable ASCII without spaces"
            case cpf = "its 11 digits are no CPF, the check digits are wrong; a telephone is written with + and country"
            case cnpj = "its 14 characters are no CNPJ, the check digits are wrong"
            case phone = "a telephone is + and 3 to 16 digits, country first, such as +5561912345678"
            case email = "the e-mail address is not valid"
            case form = """
                write a CPF (11 digits) or CNPJ (14 digits or capitals) without dots and hyphens, a telephone with + \
                and country, an e-mail address, or a random key with its hyphens
                """
        }

        private let kind: Kind

        /// Empty, or more than 77 characters.
        public static let length = Code(kind: .length)
        /// A space, a control character or one beyond ASCII.
        public static let character = Code(kind: .character)
        /// Eleven digits whose check digits are wrong.
        public static let cpf = Code(kind: .cpf)
        /// Fourteen digits or capitals whose check digits are wrong.
        public static let cnpj = Code(kind: .cnpj)
        /// A `+` and something else than digits, or too many or too few.
        public static let phone = Code(kind: .phone)
        /// Something with an `@` that is no address.
        public static let email = Code(kind: .email)
        /// It looks like none of the kinds.
        public static let form = Code(kind: .form)

        /// What is wrong, as the end of a sentence.
        public var description: String { kind.rawValue }
    }
}
