/// What Payme's checkout says instead of a form.
///
/// Source: payme.md 6.2 (checkout errors). They are Payme's own; the endpoint never sends them, so no document of ours
/// has them.
enum CheckoutError: Int, Error, Sendable, CaseIterable {
    case unknownMerchant = -31601
    case badField = -31610
    case amountTooSmall = -31611
    /// Also while too many pay at once.
    case endpointUnavailable = -31622
    case card = -31630

    /// The text that explains it.
    var key: String {
        switch self {
        case .unknownMerchant: "checkout_unknown_merchant"
        case .badField: "checkout_bad_field"
        case .amountTooSmall: "checkout_amount_small"
        case .endpointUnavailable: "checkout_unavailable"
        case .card: "checkout_card"
        }
    }
}
