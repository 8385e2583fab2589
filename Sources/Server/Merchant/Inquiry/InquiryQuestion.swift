import Payments
import StrictJSON

/// The question about an account, as the shop reads it.
enum InquiryQuestion {
    /// - Parameter now: milliseconds since 1970.
    static func body(_ question: AccountQuestion, at now: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "account.check")
        writer.member("timestamp", RFC3339.text(now))
        writer.key("data")
        writer.beginObject()
        writer.member("gateway", question.gateway)
        writer.member("purpose", question.purpose == .check ? "check" : "create")
        writer.member("reference", question.reference)
        writer.key("account")
        writer.beginObject()
        for (name, value) in question.fields.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
        writer.endObject()
        writer.member("amount", question.amount)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
