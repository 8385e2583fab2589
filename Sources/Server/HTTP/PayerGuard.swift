import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a route throws into a problem document, and lets no answer be guessed at, kept by others, or tell
/// where its reader came from. No path is logged: it may hold a page's id.
struct PayerGuard<Context: RequestContext>: RouterMiddleware {
    /// For the log: `Pix`.
    let about: String

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = await answer(request, context, next)
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.response
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            return Problem(
                status: .contentTooLarge, type: "too-large", detail: "The request's body is too large."
            ).response
        } catch let error as any HTTPResponseError {
            return Problem(status: error.status, type: "http", detail: "The request was refused.").response
        } catch {
            context.logger.error("a request about \(about) failed", metadata: ["error": "\(type(of: error))"])
            return Problem.internalFailure.response
        }
    }
}
