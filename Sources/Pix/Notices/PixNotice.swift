import Crypto
import Payments
import Specification
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
    /// Whether it came from the bank for sure, by its certificate or by the path that it alone knows.
    var isAuthenticated = false

    /// The longest id that is taken for one.
    private static let idMaximum = 64
    /// How many bytes of an item are kept.
    static let bodyMaximum = 16_384
    /// What the merchant's word is stored under, where no bank has given the payment an id. None of a bank's begins so.
    static let standInPrefix = "static-"

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
        let id = Self.id(item["endToEndId"]) ?? ""
        e2eID = id.lowercased().hasPrefix(Self.standInPrefix) ? "" : id
        txid = Self.id(item["txid"])
        key = item["chave"]?.stringValue
        amount = item["valor"].flatMap(PixWireMoney.centavos)
        body = text.utf8.count <= Self.bodyMaximum ? text : Self.essence(of: item).text
        digest = Self.digest(Array(text.utf8))
    }

    /// A body of which nothing can be read.
    init(unreadable bytes: [UInt8]) {
        e2eID = ""
        // Cut before it is decoded: what cannot be read grows by that.
        let text = String(decoding: bytes.prefix(Self.bodyMaximum), as: UTF8.self).replacing("\0", with: "")
        body = String(text.beginning(bytes: Self.bodyMaximum))
        digest = Self.digest(bytes)
    }

    /// What a later look needs of an item that is too long to be kept.
    private static func essence(of item: JSONValue) -> JSONValue {
        var short = JSONObject()
        for name in ["endToEndId", "txid", "chave", "valor", "horario"] {
            guard let value = item[name], value.text.utf8.count <= 256 else { continue }
            short[name] = value
        }
        return .object(short)
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
    /// What was stored, read again.
    var item: JSONValue? {
        let bytes = Array(body.utf8)
        return (try? JSONValue(parsing: bytes)).map { PixWireText.cleaned($0, from: bytes) }
    }

    /// The payment that it tells of, believed as it stands; nil if there is none in it.
    ///
    /// - Parameter now: milliseconds since 1970; nothing is paid later than that.
    func payment(_ specification: PixSpecification, at now: Int64) -> PixPayment? {
        guard let item, let amount = item["valor"].flatMap(PixWireMoney.centavos), amount > 0 else { return nil }
        let time = item["horario"]?.stringValue.flatMap { PixTime.milliseconds($0) }
        let returns = (try? InterReading(specification).payment(item))?.returns ?? []
        return PixPayment(
            e2eID: e2eID, txid: txid, amount: amount, paidAt: min(time ?? now, now), returns: returns)
    }
}

extension String {
    /// The longest beginning of whole characters that has at most that many bytes of UTF-8: a single character may have
    /// a million.
    func beginning(bytes limit: Int) -> Substring {
        guard utf8.count > limit else { return self[...] }
        var end = startIndex
        var room = limit
        while end < endIndex {
            let next = index(after: end)
            room -= utf8.distance(from: end, to: next)
            if room < 0 { break }
            end = next
        }
        return self[..<end]
    }
}
