"""How grave the matter of a post is, by rules that can be read. The mood of the post plays no part.

3: somebody may come to harm, is treated worse for what they are, or other people's data lie open.
2: much money, something people depend on, an announced legal step, an account taken over.
1: any other complaint. 0: everything else.
Each rule that held is named, as "rule: …".
"""

from __future__ import annotations
