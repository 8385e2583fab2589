/// A key of Pix's directory (DICT): what a payer types, or a static code holds, instead of an account number.
///
/// That a key is well formed does not prove that somebody has registered it.
///
/// Source: pix.md 2
public struct PixKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The kinds of key.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The tax number of a person: 11 digits.
        case cpf
        /// The tax number of a company: 14 digits, or digits and capitals.
        case cnpj
        /// `+`, country, area and number: `+5561912345678`.
        case phone
        /// An e-mail address.
        case email
        /// A random key: a UUID.
        case evp
    }

    /// Which kind it is.
    public let kind: Kind
    /// As the directory has it, 1 to 77 ASCII characters: e-mail addresses and UUIDs in lower case.
    public let text: String

    /// Reads a key and checks its check digits.
    ///
    /// Nothing is guessed: eleven digits are a CPF, and a telephone begins with `+`.
    ///
    /// - Parameter text: the key, without dots, spaces or hyphens other than those of a UUID.
    /// - Throws: ``PixKeyError``
    public init(_ text: String) throws(PixKeyError) {
        guard !text.isEmpty, text.utf8.count <= 77 else { throw PixKeyError(.length) }
        guard text.unicodeScalars.allSatisfy({ $0.isPrintableASCII && $0 != " " }) else {
            throw PixKeyError(.character)
        }
        let scalars = Array(text.unicodeScalars)
        if scalars[0] == "+" {
            guard Self.isPhone(scalars.dropFirst()) else { throw PixKeyError(.phone) }
            (kind, self.text) = (.phone, text)
        } else if scalars.contains("@") {
            guard EmailAddress.isValid(text) else { throw PixKeyError(.email) }
            (kind, self.text) = (.email, text.lowercased())
        } else if Self.isUUID(scalars) {
            (kind, self.text) = (.evp, text.lowercased())
        } else if scalars.count == 11, scalars.allSatisfy(\.isASCIIDigit) {
            guard CheckDigits.isCPF(text) else { throw PixKeyError(.cpf) }
            (kind, self.text) = (.cpf, text)
        } else if scalars.count == 14, scalars.allSatisfy({ $0.isASCIIDigit || $0.isASCIICapital }) {
            guard CheckDigits.isCNPJ(text) else { throw PixKeyError(.cnpj) }
            (kind, self.text) = (.cnpj, text)
        } else {
            throw PixKeyError(.form)
        }
    }

    /// The kind alone: a tax number or a telephone belongs into no log.
    public var description: String { "a key of kind \(kind.rawValue)" }
    /// The same as ``description``.
    public var debugDescription: String { description }

    /// `[1-9][0-9]` and 1 to 14 digits more.
    private static func isPhone(_ digits: ArraySlice<Unicode.Scalar>) -> Bool {
        (3...16).contains(digits.count) && digits.first != "0" && digits.allSatisfy(\.isASCIIDigit)
    }

    /// Five groups of hexadecimal digits; a UUID of any version.
    private static func isUUID(_ scalars: [Unicode.Scalar]) -> Bool {
        let groups = scalars.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy { Character($0).isHexDigit }
    }
}
