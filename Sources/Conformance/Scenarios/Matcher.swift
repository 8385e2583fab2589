import StrictJSON

/// What a value has to be.
indirect enum Matcher: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case text, integer, number, boolean, object, list, null
        /// Milliseconds since 1970 in 13 digits.
        case timestamp
        /// A text that is a decimal number of 64 bits.
        case numeral
    }

    case equals(Template)
    case not(Template)
    case oneOf([Template])
    case kind(Kind)
    /// A time no further from the present than so many milliseconds.
    case nearNow(Int64)
    /// An integer no less than this.
    case atLeast(Template)
    /// An integer no more than this.
    case atMost(Template)
    /// A text of so many decimal digits.
    case digits(Int)
    case fields([FieldRule])
    /// A list whose items all match.
    case each(Matcher)
    case all([Matcher])
    /// May be left out.
    case optional(Matcher)
    /// The second will do, with the note if there is one.
    case either(Matcher, or: Matcher, note: String?)
}
