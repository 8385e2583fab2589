import Crypto
import Payments

/// The value of the header `Auth`: it is good for the moment in which it was made.
///
/// Source: click.md 2.
struct ClickAuth: Sendable {
    let merchantUserID: Int64
    let secretKey: String

    /// - Parameter now: milliseconds since 1970.
    func header(at now: Int64) -> String {
        let timestamp = String(now / 1_000)
        let digest = Hexadecimal.lowercase(Insecure.SHA1.hash(data: Array((timestamp + secretKey).utf8)))
        return "\(merchantUserID):\(String(decoding: digest, as: UTF8.self)):\(timestamp)"
    }
}
