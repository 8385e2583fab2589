import Hummingbird
import Logging

/// Turns whatever a route throws into a problem document, and nothing internal into its text.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.response
        } catch let error as HTTPError where error.status == .notFound {
            return Problem.nothingHere.response
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            return Problem(
                status: .contentTooLarge, type: "too-large", detail: "The request's body is too large."
            ).response
        } catch let error as any HTTPResponseError {
            return Problem(status: error.status, type: "http", detail: "The request was refused.").response
        } catch {
            context.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            return Problem.internalFailure.response
        }
    }
}
