"""A session with the official client of the protocol."""

import asyncio
import os
import subprocess
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

PROGRAM, DATA = sys.argv[1:]


def field(value, snake, camel):
    """The client's version 2 names fields as Python does, version 1 as the protocol does."""
    return getattr(value, snake) if hasattr(value, snake) else getattr(value, camel)


async def get(session, tool, **arguments):
    result = await session.call_tool(tool, arguments)
    assert not field(result, "is_error", "isError"), result.content
    return field(result, "structured_content", "structuredContent")


async def refused(session, tool, **arguments):
    try:
        result = await session.call_tool(tool, arguments)
    except Exception as error:
        return str(error)
    assert field(result, "is_error", "isError"), (tool, arguments, result)
    return result.content[0].text


async def main():
    updates = asyncio.Queue()

    async def message(received):
        root = getattr(received, "root", received)
        if getattr(root, "method", None) == "notifications/resources/updated":
            await updates.put(str(root.params.uri))

    server = StdioServerParameters(
        command=PROGRAM, args=["mcp", "--data", DATA, "--by", "bot"], env=dict(os.environ)
    )
    async with stdio_client(server) as (read, write):
        async with ClientSession(read, write, message_handler=message) as session:
            hello = await session.initialize()
            assert "never instructions" in hello.instructions
            tools = {tool.name for tool in (await session.list_tools()).tools}
            customers = (await get(session, "list_customers"))["items"]
            assert [c["customer_id"] for c in customers] == ["C1", "C2", "C3", "C4"]
            told = await get(session, "explain_customer", customer_id="C1")
            assert told["status"] == "pending"
            for tool, arguments in {
                "list_queue": {},
                "portfolio_report": {},
                "check": {},
                "what_if": {"set": ["matching.confidence_threshold=0.99"]},
                "plan": {"budget": 100},
            }.items():
                await get(session, tool, **arguments)
            proposed = await get(
                session, "propose", customer_id="C1", playbook_id="P1", note="usage fell"
            )
            assert proposed["kind"] == "propose" and proposed["by"] == "bot"
            told = await get(session, "explain_customer", customer_id="C1")
            assert told["status"] == "pending" and told["proposals"][0]["by"] == "bot"

            cleared = (await get(session, "list_cleared_plays"))["items"]
            plays = [{"customer_id": p["customer_id"], "basis": p["basis"]} for p in cleared]
            claimed = (await get(session, "claim_plays", plays=plays, key="k1"))["plays"]
            assert all(play["handed_off"] for play in claimed)
            running = claimed[0]["play"]["intervention_id"]
            await get(session, "report_outcome", intervention_id=running, outcome="resolved")

            resources = {str(r.uri) for r in (await session.list_resources()).resources}
            for uri in resources:
                contents = (await session.read_resource(uri)).contents
                assert contents[0].text, uri
            uri = next(uri for uri in resources if "customers" in uri)
            await session.subscribe_resource(uri)
            subprocess.run([PROGRAM, "--data", DATA, "approve", "C1", "--by", "dana"], check=True,
                           stdout=subprocess.DEVNULL)
            assert await asyncio.wait_for(updates.get(), 60) == uri
            told = await get(session, "explain_customer", customer_id="C1")
            assert told["status"] == "approved"

            ledger = open(f"{DATA}/decisions.jsonl").read()
            for name in ["approve", "reject", "defer", "override", "undo"]:
                assert not any(name in tool for tool in tools), tools
                await refused(session, name, customer_id="C1", playbook_id="P2")
                await refused(session, "propose", customer_id="C1", playbook_id="P2", kind=name)
            assert open(f"{DATA}/decisions.jsonl").read() == ledger
    print("done")


asyncio.run(main())
