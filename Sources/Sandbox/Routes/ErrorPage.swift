import Hummingbird

/// Turns what a route throws into a page, and nothing internal into its text.
struct ErrorPage<Context: RequestContext>: RouterMiddleware {
    let pages: Pages

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CheckoutError {
            return page("outcome_checkout_error", error.key, code: error.rawValue, request, .badRequest)
        } catch let error as ClickLinkError {
            return page("outcome_checkout_error", error.key, code: nil, request, .badRequest)
        } catch let error as any HTTPResponseError {
            return page("page_error", "page_error_text", code: nil, request, error.status)
        }
    }

    private func page(
        _ title: String, _ sentence: String, code: Int?, _ request: Request, _ status: HTTPResponse.Status
    ) -> Response {
        let language = SandboxRoutes.language(request)
        var values: [String: Any] = [
            // The path of a form's page is not a page by itself.
            "languages": request.method == .get ? pages.languages(language, path: "") : [],
            "title": pages.text(title, language),
            "sentence": pages.text(sentence, language), "tone": "refused", "isError": true,
        ]
        values["code"] = code
        return SandboxRoutes.html(pages.render("outcome", values, language), status)
    }
}
