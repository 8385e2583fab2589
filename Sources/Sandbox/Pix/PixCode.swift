import StrictJSON

/// Writes and reads the text of a QR code as far as a bank needs it; a writer of its own, so that the server's is
/// checked by another.
///
/// Source: pix.md 1.
enum PixCode {
    /// What a payer's app finds in a code.
    enum Target: Hashable {
        /// A charge that the bank serves at that address.
        case charge(location: String)
        /// A key, paid as often as anybody likes; nil: no reference, or no amount.
        case key(String, txid: String?, amount: Int64?)
    }

    /// - Parameters:
    ///   - location: where the charge is served, without `https://`.
    ///   - amount: centavos.
    static func dynamic(location: String, name: String, city: String, amount: Int64) -> String {
        let account = field("00", "br.gov.bcb.pix") + field("25", location)
        var text = field("00", "01") + field("01", "12") + field("26", account) + field("52", "0000")
        text += field("53", "986") + field("54", PixSum.text(amount)) + field("58", "BR")
        text += field("59", String(name.prefix(25))) + field("60", String(city.prefix(15)))
        text += field("62", field("05", "***")) + "6304"
        return text + checksum(text)
    }

    /// - Returns: nil if no app could pay it.
    static func target(of text: String) -> Target? {
        guard text.utf8.count > 8, text.dropLast(4).hasSuffix("6304"),
            checksum(String(text.dropLast(4))) == text.suffix(4).uppercased(),
            let root = fields(text), root["53"] == "986"
        else { return nil }
        let templates = root.filter { ("26"..."51").contains($0.key) }.compactMap { fields($0.value) }
        guard let account = templates.first(where: { $0["00"]?.lowercased() == "br.gov.bcb.pix" }) else { return nil }
        switch (account["01"], account["25"]) {
        case (nil, let location?): return .charge(location: location)
        case (let key?, nil):
            let txid = root["62"].flatMap { fields($0)?["05"] }
            let amount = root["54"].map { PixSum.read(lenient: .string($0)) }
            if case .some(.none) = amount { return nil }
            return .key(key, txid: txid == "***" ? nil : txid, amount: amount ?? nil)
        default: return nil
        }
    }

    private static func field(_ id: String, _ value: String) -> String {
        id + PixMoment.padded(Int64(value.count), 2) + value
    }

    private static func fields(_ text: String) -> [String: String]? {
        var rest = text[...]
        var found: [String: String] = [:]
        while !rest.isEmpty {
            let id = String(rest.prefix(2))
            guard let length = Int(rest.dropFirst(2).prefix(2)), rest.count >= 4 + length, found[id] == nil else {
                return nil
            }
            found[id] = String(rest.dropFirst(4).prefix(length))
            rest = rest.dropFirst(4 + length)
        }
        return found
    }

    /// CRC-16/CCITT-FALSE in four upper-case digits. Source: pix.md 1.5.
    private static func checksum(_ text: String) -> String {
        var crc: UInt16 = 0xFFFF
        for byte in text.utf8 {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
        }
        let digits = String(crc, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
