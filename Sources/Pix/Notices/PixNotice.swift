import Crypto
import Payments
import StrictJSON

/// One item of a webhook's body, as it came. A trigger only: nothing of it is believed.
///
/// Source: pix.md 3.6, 4.4
struct PixNotice: Sendable, Hashable {
    enum State: String, Sendable {
        /// The bank is to be asked, or the merchant has to say so.
        case waiting
        /// The bank's word was taken.
        case done
        /// It is of no concern: another's key, no charge of ours, nothing that can be read.
        case ignored
    }

    var id: Int64 = 0
    /// Opaque; empty if none could be read.
    var e2eID: String
    var txid: String?
    var key: String?
    /// Centavos, if it says so in a form that can be read.
    var amount: Int64?
    /// JSON text, cut if it is too long.
    var body: String
    /// Of the whole item, so that a repeat is told from news.
    var digest: String
    var attempts: Int64 = 0

    /// The longest id that is taken for one.
    private static let idMaximum = 64
    /// How many characters of an item are kept.
    private static let bodyMaximum = 16_384

    /// The items of a body: `{"pix": […]}`, a bare list, or a single payment.
    ///
    /// - Returns: nil if it is none of these.
    static func all(in bytes: [UInt8]) -> [PixNotice]? {
        let limits = JSONLimits(maximumBytes: 4 << 20)
        guard let value = try? JSONValue(parsing: bytes, limits: limits) else { return nil }
        if let list = value["pix"]?.arrayValue ?? value.arrayValue { return list.map(PixNotice.init) }
        return value["endToEndId"] == nil ? nil : [PixNotice(value)]
    }

    init(_ item: JSONValue) {
        let text = item.text
        e2eID = Self.id(item["endToEndId"]) ?? ""
        txid = Self.id(item["txid"])
        key = item["chave"]?.stringValue
        amount = item["valor"].flatMap(PixWireMoney.centavos)
        body = String(text.prefix(Self.bodyMaximum))
        digest = Self.digest(Array(text.utf8))
    }

    /// A body of which nothing can be read.
    init(unreadable bytes: [UInt8]) {
        e2eID = ""
        body = String(String(decoding: bytes, as: UTF8.self).replacing("\0", with: "").prefix(Self.bodyMaximum))
        digest = Self.digest(bytes)
    }

    private static func id(_ value: JSONValue?) -> String? {
        guard let text = value?.stringValue, (1...idMaximum).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return text
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.utf8.count == 1 ? "0" + text : text
        }.joined()
    }
}

extension PixNotice {
    private var item: JSONValue? { try? JSONValue(parsing: body) }

    /// Centavos, read again from what was stored.
    var storedAmount: Int64? { item?["valor"].flatMap(PixWireMoney.centavos) }

    /// When it was paid, milliseconds since 1970, read again from what was stored.
    var storedTime: Int64? { item?["horario"]?.stringValue.flatMap { PixTime.milliseconds($0) } }
}
