/// A card number of the test shop, and what it leads to.
///
/// Source: yookassa.md 18.
public struct YooKassaTestCard: Sendable, Hashable {
    /// Digits alone.
    public let number: String
    /// Why it is refused; nil: it pays.
    public let refusal: YooKassaReason?
    /// Who refuses.
    public let party: YooKassaParty
    /// Whether the payer is asked for a code.
    public let asksForCode: Bool
    /// What the payment object calls its kind.
    public let type: String

    /// Every number, those that pay first.
    public static let all: [YooKassaTestCard] =
        rows("5555555555554477 4793128161644804 2200000000000004", nil, asksForCode: true)
        + rows("5555555555554444 4111111111111111 2202474301322987", nil)
        + rows("6759649826438453 4175001000000017 370000000000002 3528000700000000 36700102000000", nil)
        + rows("5555555555554592 4839665499603842 2200000000000012", .secureFailed, asksForCode: true)
        + rows("5555555555554535 4926946416239025 2200000000000020", .callIssuer)
        + rows("5555555555554543 4141435412630840 2200000000000038", .cardExpired)
        + rows("5555555555554568 4483274282299972 2200000000000046", .fraudSuspected)
        + rows("5555555555554527 4889971706588753 2202202212312379", .generalDecline)
        + rows("5555555555554600 4562265587712390 2200000000000053", .insufficientFunds)
        + rows("5555555555554618 4951017853630544 2201382000000013", .invalidCardNumber)
        + rows("5555555555554626 4194180666146368 2200770212727079", .invalidCSC)
        + rows("5555555555554501 4654130848359150 2201382000000021", .issuerUnavailable)
        + rows("5555555555554576 4565231022577548 2201382000000039", .limitExceeded)
        + rows("5555555555554550 4233961169071671 2201382000000047", .restricted)
        + rows("5555555555554584 4969751510013864 2201382000000054", .countryForbidden)
        + rows("5555555555554634 4119098878796485 2201696981989955", .fraudSuspected, .yooMoney)

    private static let known = Dictionary(all.map { ($0.number, $0) }) { first, _ in first }

    /// - Parameter text: as a payer types it, with spaces or without.
    /// - Returns: nil if it is none of them.
    public static func find(_ text: String) -> YooKassaTestCard? {
        known[text.filter { !$0.isWhitespace }]
    }

    /// The first number that leads there; nil: no card does.
    public static func refusing(_ reason: YooKassaReason) -> YooKassaTestCard? { all.first { $0.refusal == reason } }

    private static func rows(
        _ numbers: String, _ refusal: YooKassaReason?, _ party: YooKassaParty? = nil, asksForCode: Bool = false
    ) -> [YooKassaTestCard] {
        numbers.split(separator: " ").map { number in
            YooKassaTestCard(
                number: String(number), refusal: refusal, party: party ?? refusal?.party ?? .paymentNetwork,
                asksForCode: asksForCode, type: type(String(number)))
        }
    }

    private static func type(_ number: String) -> String {
        let types = [
            ("22", "Mir"), ("37", "AmericanExpress"), ("35", "JCB"), ("36", "DinersClub"), ("67", "Maestro"),
            ("5", "MasterCard"), ("4", "Visa"),
        ]
        return types.first { number.hasPrefix($0.0) }?.1 ?? "Unknown"
    }
}
