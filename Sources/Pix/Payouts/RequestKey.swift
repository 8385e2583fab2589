import Crypto

/// Under which key the bank carries a payout out once.
///
/// It follows from the caller's reference alone: a program that lost its database asks with the same key again, and the
/// bank sends nothing twice.
///
/// Source: pix.md 4.6
enum RequestKey {
    /// 6d1f9f0e-3c5a-4b57-9d1c-2f2a6f0c7b41, chosen once, at random; another one would be another key for each payout.
    private static let namespace: [UInt8] = [
        0x6d, 0x1f, 0x9f, 0x0e, 0x3c, 0x5a, 0x4b, 0x57, 0x9d, 0x1c, 0x2f, 0x2a, 0x6f, 0x0c, 0x7b, 0x41,
    ]

    /// A UUID of version 5, in lower case.
    static func make(_ reference: String) -> String {
        // SHA-1 because the version says so; nothing secret rests on it.
        var bytes = Array(Insecure.SHA1.hash(data: namespace + Array(reference.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
