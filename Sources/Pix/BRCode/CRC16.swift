/// CRC-16/CCITT-FALSE, the check sum of a BR Code: polynomial 0x1021, start 0xFFFF, nothing reflected or inverted.
///
/// Source: pix.md 1.5
enum CRC16 {
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        var sum: UInt16 = 0xFFFF
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 {
                sum = sum & 0x8000 == 0 ? sum << 1 : (sum << 1) ^ 0x1021
            }
        }
        return sum
    }

    /// Four capital hexadecimal digits. Without the leading zeros one code in sixteen would be refused.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = String(checksum(bytes), radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
