import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Payments
import Pix
import StrictJSON

extension PixRoutes {
    /// `GET /payments/pix/{id}/refunds`: everything that is to go back of a charge's payments, or went back.
    func refunds(
        _ request: Request, _ id: String?, _ access: MerchantAccess, _ logger: Logger
    ) async throws -> Response {
        try await access.holder(of: request, logger).require(["transactions:read"])
        guard let view = try await site.gateway.charges.find(Self.id(id)) else { throw Problem.noCharge }
        let refunds = try await site.gateway.refunds.list(ofTransaction: view.transaction.id)
        return Self.list(refunds) { Self.write($0, to: &$1) }
    }

    /// The members of a refund.
    static func write(_ refund: PixRefundView, to writer: inout JSONWriter) {
        writer.member("id", refund.id)
        writer.member("end_to_end_id", refund.e2eID)
        writer.member("amount", Money(minor: refund.amount, currency: .brl))
        writer.member("state", refund.state.rawValue)
        writer.member("origin", refund.origin.rawValue)
        writer.member("nature", refund.nature)
        writer.member("note", refund.note)
        writer.member("requested_at", refund.requestedAt)
        writer.member("settled_at", refund.settledAt)
    }

    static func list<Item>(
        _ items: [Item], nextCursor: String? = nil, _ write: (Item, inout JSONWriter) -> Void
    ) -> Response {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("items")
        writer.beginArray()
        for item in items {
            writer.beginObject()
            write(item, &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.member("next_cursor", nextCursor)
        writer.endObject()
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }
}
