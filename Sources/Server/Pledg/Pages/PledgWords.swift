import Foundation
import Payments

/// Amounts, times and names as people of a language write them.
enum PledgWords {
    /// `1 234,56 EUR`, with spaces that do not break; in English `1,234.56 EUR`.
    static func amount(_ money: Money, _ language: PledgLanguage) -> String {
        let (group, point): (String, String) =
            switch language {
            case .en: (",", ".")
            case .pt: (".", ",")
            case .fr: ("\u{202F}", ",")
            case .ru, .uz: ("\u{A0}", ",")
            }
        let halves = money.decimal.split(separator: ".", omittingEmptySubsequences: false)
        let digits = halves[0].drop { $0 == "-" }
        var whole = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { whole += group }
            whole.append(digit)
        }
        let sign = money.minor < 0 ? "−" : ""
        return sign + whole + (halves.count == 2 ? point + halves[1] : "") + "\u{A0}" + money.currency.code
    }

    /// As it is typed into a field: without groups.
    static func plain(_ money: Money, _ language: PledgLanguage) -> String {
        language == .en ? money.decimal : money.decimal.replacing(".", with: ",")
    }

    /// `23/11/2026 08:30 (Europe/Paris, UTC+1)`; in English the year first, for there a month may stand before its day.
    ///
    /// - Parameter milliseconds: since 1970 UTC.
    static func moment(_ milliseconds: Int64, _ language: PledgLanguage, _ zone: GroupTimeZone) -> String {
        let offset = zone.offset(at: milliseconds)
        let parts = PixChargeJSON.utc(milliseconds + Int64(offset) * 1_000).split { "-T:Z".contains($0) }
        guard parts.count == 6 else { return PixChargeJSON.utc(milliseconds) }
        let day =
            switch language {
            case .en: "\(parts[0])-\(parts[1])-\(parts[2])"
            case .fr, .pt: "\(parts[2])/\(parts[1])/\(parts[0])"
            case .ru, .uz: "\(parts[2]).\(parts[1]).\(parts[0])"
            }
        let name = zone == .utc ? zone.name : "\(zone.name), \(name(offset))"
        return "\(day) \(parts[3]):\(parts[4]) (\(name))"
    }

    /// `UTC`, `UTC+5`, `UTC-03:30`.
    private static func name(_ offset: Int) -> String {
        guard offset != 0 else { return "UTC" }
        let minutes = abs(offset) / 60
        let rest = minutes % 60
        let tail = rest == 0 ? "" : ":" + (rest < 10 ? "0" : "") + String(rest)
        return "UTC\(offset < 0 ? "-" : "+")\(minutes / 60)\(tail)"
    }

    /// `47 h 59 min`; the last minute counts as one.
    ///
    /// - Parameter milliseconds: more than 0.
    static func span(_ milliseconds: Int64, _ language: PledgLanguage) -> String {
        let minutes = max(1, milliseconds / 60_000)
        let (hour, minute) =
            switch language {
            case .fr, .en, .pt: ("h", "min")
            case .ru: ("ч", "мин")
            case .uz: ("soat", "daqiqa")
            }
        let hours = minutes >= 60 ? "\(minutes / 60)\u{A0}\(hour)" : ""
        let rest = minutes % 60 > 0 ? "\(minutes % 60)\u{A0}\(minute)" : ""
        return [hours, rest].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// What somebody else wrote, as one line without marks that turn the direction of what follows.
    static func harmless(_ text: String, maximum: Int = 200) -> String {
        let kept = text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0..<0x20, 0x7F...0x9F: false
            default: true
            }
        }
        guard kept.count > maximum else { return String(String.UnicodeScalarView(kept)) }
        return String(String.UnicodeScalarView(kept.prefix(maximum - 1))) + "…"
    }
}
