/// Moments as banks write them: RFC 3339.
///
/// Source: pix.md 3.1
enum PixTime {
    /// Milliseconds since 1970; nil if it is no moment.
    ///
    /// - Parameter offset: of a text that has none, milliseconds; nil: such a text is no moment.
    static func milliseconds(_ text: String, offset: Int64? = nil) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[10] == 0x54 || bytes[10] == 0x20,
            bytes[13] == 0x3a, bytes[16] == 0x3a,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
            let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == 0x2e {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            for index in 0..<3 {
                let digit = index < digits.count ? Int64(digits[digits.startIndex + index] - 0x30) : 0
                fraction = fraction * 10 + digit
            }
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let shift = rest.isEmpty ? offset : zone(Array(rest)) else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
        return seconds * 1_000 + fraction - shift
    }

    /// `2026-11-21T00:00:00Z`, in UTC, without what is less than a second.
    static func text(_ milliseconds: Int64) -> String {
        let seconds = milliseconds.flooring(by: 1_000)
        let day = seconds.flooring(by: 86_400)
        let rest = seconds - day * 86_400
        let (year, month, date) = calendar(day)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(month))-\(two(date))T\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    /// The minute in a payment's id, milliseconds since 1970: `E`, the payer's bank, `yyyyMMddHHmm` in UTC, and a part of
    /// the bank's own. Nil for an id of another form.
    ///
    /// Source: pix.md 3.4
    static func minute(ofPayment id: String) -> Int64? {
        let bytes = Array(id.utf8)
        guard bytes.count == 32, bytes[0] == 0x45 || bytes[0] == 0x44,
            bytes[1..<21].allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let parts = [9..<13, 13..<15, 15..<17, 17..<19, 19..<21].map { String(decoding: bytes[$0], as: UTF8.self) }
        return milliseconds("\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):00Z")
    }

    /// How far Brasília is behind UTC, all year, milliseconds. Source: pix.md 4.5
    static let localOffset: Int64 = -3 * 3_600_000

    /// `2026-11-20`: the day in Brasília.
    static func localDay(_ milliseconds: Int64) -> String { String(text(milliseconds + localOffset).prefix(10)) }

    private static func zone(_ bytes: [UInt8]) -> Int64? {
        if bytes == [0x5a] || bytes == [0x7a] { return 0 }
        guard bytes.count == 6, bytes[0] == 0x2b || bytes[0] == 0x2d, bytes[3] == 0x3a,
            let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]), hours < 24, minutes < 60
        else { return nil }
        let shift = (hours * 60 + minutes) * 60_000
        return bytes[0] == 0x2d ? -shift : shift
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in bytes {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// Days since 1970, for years from March on, so that a leap day is a year's last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = shifted.flooring(by: 400)
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func calendar(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooring(by: 146_097)
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        return (year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }
}

extension Int64 {
    /// Division that rounds down, also below 0.
    fileprivate func flooring(by divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
