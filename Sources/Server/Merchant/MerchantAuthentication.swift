import HTTPTypes
import Hummingbird
import Payments

/// Lets the holder of `merchant.api_key` in, and nobody else.
struct MerchantAuthentication<Context: RequestContext>: RouterMiddleware {
    private let key: [UInt8]

    init(key: String) {
        self.key = Array(key.utf8)
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let sent = request.headers[values: .authorization]
        let parts = (sent.first ?? "").split(separator: " ", maxSplits: 1)
        // Two headers are none: whoever reads the other one would let somebody else in.
        guard sent.count == 1, parts.count == 2, parts[0].lowercased() == "bearer",
            ConstantTime.areEqual(Array(parts[1].utf8), key)
        else { throw Problem.unauthorized }
        return try await next(request, context)
    }
}
