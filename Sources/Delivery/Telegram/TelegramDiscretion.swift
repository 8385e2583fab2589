/// What others wrote, made fit for a chat: on one line, and without what is a person's own.
///
/// An order's id is the shop's, and may be anything: a telephone, an e-mail, a card.
enum TelegramDiscretion {
    /// As long as it may be, UTF-16 units.
    static let lengthMaximum = 200
    /// What stands where something was left out.
    static let hidden = "•••"

    static func shown(_ text: String) -> String {
        let visible = String(String.UnicodeScalarView(text.unicodeScalars.map { isVisible($0) ? $0 : " " }))
        return TelegramText.cut(withoutCards(withoutAddresses(visible)), to: lengthMaximum)
    }

    /// Nothing that breaks the line, turns the direction of writing, or is not seen at all.
    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }

    private static func withoutAddresses(_ text: String) -> String {
        text.replacing(/[^\s@:\/,;<>]+@[^\s@:\/,;<>]+/, with: hidden)
    }

    /// Runs of 13 to 19 digits, also in groups, that have a card's first digit and check digit.
    private static func withoutCards(_ text: String) -> String {
        text.replacing(/[0-9](?:[ -]?[0-9]){12,}/) { match in
            let digits = match.0.utf8.filter { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            return isCard(digits.map { Int($0 - UInt8(ascii: "0")) }) ? hidden : String(match.0)
        }
    }

    /// 2: Mir; 3: American Express; 4: Visa; 5: Mastercard, Uzcard; 6: UnionPay, Maestro; 8: Uzcard; 9: Humo.
    private static func isCard(_ digits: [Int]) -> Bool {
        guard (13...19).contains(digits.count), ![0, 1, 7].contains(digits[0]) else { return false }
        // Luhn: every second digit from the right counts twice.
        let sum = digits.reversed().enumerated().reduce(0) { sum, next in
            let twice = next.element * 2
            return sum + (next.offset % 2 == 0 ? next.element : twice > 9 ? twice - 9 : twice)
        }
        return sum % 10 == 0
    }
}
