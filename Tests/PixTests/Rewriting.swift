/// Codes with something wrong in them and a check sum that is right; the sum is computed bit by bit, on its own.
enum Rewriting {
    /// The text with field 63 behind it.
    static func summed(_ text: some StringProtocol) -> String {
        let checked = text + "6304"
        var sum = 0xFFFF
        for byte in checked.utf8 {
            for bit in (0..<8).reversed() {
                let isSet = (sum >> 15) ^ (Int(byte) >> bit & 1) == 1
                sum = (sum << 1 ^ (isSet ? 0x1021 : 0)) & 0xFFFF
            }
        }
        let digits = String(sum, radix: 16, uppercase: true)
        return checked + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// V1 with another account.
    static func withAccount(_ account: String) -> String {
        let length = account.count < 10 ? "0\(account.count)" : "\(account.count)"
        return summed("00020126\(length)\(account)5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***")
    }
}
