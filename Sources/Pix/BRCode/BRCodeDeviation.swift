/// Something in a code that we read but would never write: some payers' apps refuse it.
///
/// Source: pix.md 1.7, tolerance vectors
public struct BRCodeDeviation: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
        case additionalDataMissing = "field 62 is missing"
        case labelMissing = "field 62-05 is missing"
        case amountForm = "the amount is not written with two decimals"
        case zeroAmount = "the amount is zero and counts as none"
        case notASCII = "a text has characters beyond ASCII"
        case unknownKeyType = "the key is of no known type or fails its check digits"
        case sharedLabel = "field 62-05 is shared with other arrangements and is no txid"
        case unknownField = "the Pix account has a field that is not known"
        case order = "the fields are not in rising order"
    }

    private let kind: Kind

    /// Field 62 is missing; some banks refuse the code.
    public static let additionalDataMissing = Self(kind: .additionalDataMissing)
    /// Field 62 is there without 05.
    public static let labelMissing = Self(kind: .labelMissing)
    /// An amount such as `10`, `10.0` or `.10`.
    public static let amountForm = Self(kind: .amountForm)
    /// An amount of zero: the payer chooses.
    public static let zeroAmount = Self(kind: .zeroAmount)
    /// Accents or other characters beyond ASCII; lengths were counted in characters.
    public static let notASCII = Self(kind: .notASCII)
    /// No key that ``PixKey`` knows; no app may be able to route it.
    public static let unknownKeyType = Self(kind: .unknownKeyType)
    /// The label belongs to several arrangements, so Pix's rule for a txid does not bind it.
    public static let sharedLabel = Self(kind: .sharedLabel)
    /// A field of a later edition of the manual, perhaps.
    public static let unknownField = Self(kind: .unknownField)
    /// Fields in another order than their numbers'.
    public static let order = Self(kind: .order)

    /// What deviates, as a clause.
    public var description: String { kind.rawValue }
}
